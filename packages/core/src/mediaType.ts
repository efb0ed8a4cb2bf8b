/** Whether a `Content-Type` field names `application/json`, whatever its parameters. */
export function isJsonContentType(header: string | null | undefined): boolean {
  return header?.split(';', 1)[0]?.trim().toLowerCase() === 'application/json';
}
