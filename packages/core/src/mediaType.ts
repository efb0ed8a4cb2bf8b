/**
 * Tells whether a `Content-Type` field names `application/json`, whatever its parameters.
 * @param header the field's value; null or undefined when there is none
 * @returns false when there is none
 * @see RFC 9110 §8.3.1
 */
export function isJsonContentType(header: string | null | undefined): boolean {
  return header?.split(';', 1)[0]?.trim().toLowerCase() === 'application/json';
}
