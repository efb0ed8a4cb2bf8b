import { isJsonObject } from '../jsonObject.js';

type Check = (value: unknown) => boolean;

const isText: Check = value => typeof value === 'string' && value !== '';
const isUrl: Check = value => isText(value) && URL.canParse(value as string);
const isTime: Check = value => typeof value === 'number';
/** A host may have written it by hand, without the issuer: the server's URL stands in. */
const isServerMetadata: Check = value =>
  isJsonObject(value) && (value['issuer'] === undefined || isText(value['issuer']));
const named =
  (...members: string[]): Check =>
  value =>
    isJsonObject(value) && members.every(name => isText(value[name]));

/** What a record is nothing without, and what each member must be, by the provider's method that reads it. */
const RECORDS: Readonly<Record<string, { needs: string; members: Readonly<Record<string, Check>> }>> = {
  tokens: {
    needs: 'access_token',
    members: { access_token: isText, scope: isText, refresh_token: isText, issuer: isUrl, resource: isText }
  },
  clientInformation: { needs: 'client_id', members: { client_id: isText, client_secret: isText, issuer: isUrl } },
  discoveryState: {
    needs: 'authorizationServerUrl',
    members: {
      authorizationServerUrl: isUrl,
      authorizationServerMetadata: isServerMetadata,
      resourceMetadata: named('resource'),
      resourceMetadataUrl: isUrl,
      requestedScope: isText,
      requestedIssuer: isUrl,
      requestedResource: isText,
      credentialsIssuer: isUrl,
      earlierTokens: named('issuer', 'hash'),
      invalidScope: isText,
      discoveredAt: isTime
    }
  }
};

/**
 * Returns what a provider read from storage without what is damaged: work goes on as if that were not there (R32).
 * @param method of the provider that read it
 * @returns undefined in place of `null`, and of a record that is of no use any more
 */
export function withoutDamage(method: string | symbol, record: unknown): unknown {
  if (record === null || record === undefined) return undefined;
  const known = typeof method === 'string' ? RECORDS[method] : undefined;
  if (known === undefined) return record;
  const { needs, members } = known;
  if (!isJsonObject(record) || members[needs]?.(record[needs]) !== true) return undefined;
  const damaged = Object.keys(members).filter(
    name => record[name] !== undefined && members[name]?.(record[name]) !== true
  );
  if (damaged.length === 0) return record;
  return Object.fromEntries(Object.entries(record).filter(([name]) => !damaged.includes(name)));
}
