import { credentials, type Credentials, flag, type Reader, text, type TextLists, textLists, texts, whole } from './reader.ts';

interface Key<T> {
  readonly reader: Reader<T>;
  readonly otherwise: T;
}

const key = <T>(reader: Reader<T>, otherwise: NoInfer<T>): Key<T> => ({ reader, otherwise });

const seconds = whole(0, 2 ** 31 - 1);
const unsigned = whole(0, 2 ** 32 - 1);
const port = whole(1, 65_535);
const NO_CREDENTIALS: Credentials = { principal: '', secret: '' };
const NO_ZONES: TextLists = [];

/** Every key of Mesos-DNS's file, spelled and in the order as `GET /v1/config` gives them, with Mesos-DNS's default. In the file any case will do. */
export const KEYS = {
  // Mesos-DNS dies at its start of 0 and less.
  RefreshSeconds: key(whole(1, 2 ** 31 - 1), 60),
  Port: key(port, 53),
  Timeout: key(seconds, 5),
  StateTimeoutSeconds: key(whole(1, 2 ** 31 - 1), 300),
  ZkDetectionTimeout: key(seconds, 30),
  HttpPort: key(port, 8123),
  TTL: key(seconds, 60),
  SRVRecordDefaultWeight: key(whole(0, 65_535), 1),
  SOASerial: key(unsigned, 0),
  SOARefresh: key(unsigned, 60),
  SOARetry: key(unsigned, 600),
  SOAExpire: key(unsigned, 86_400),
  SOAMinttl: key(unsigned, 60),
  SOAMname: key(text, 'ns1.mesos'),
  SOARname: key(text, 'root.ns1.mesos'),
  Masters: key<readonly string[]>(texts, []),
  ZoneResolvers: key(textLists, NO_ZONES),
  Resolvers: key<readonly string[]>(texts, ['8.8.8.8']),
  IPSources: key<readonly string[]>(texts, ['netinfo', 'mesos', 'host']),
  Zk: key(text, ''),
  Domain: key(text, 'mesos'),
  /** Where the file is: not a key of it, though Mesos-DNS takes it without a word. */
  File: key(text, ''),
  Listener: key(text, '0.0.0.0'),
  HTTPListener: key(text, '0.0.0.0'),
  RecurseOn: key(flag, true),
  DnsOn: key(flag, true),
  HttpOn: key(flag, true),
  ExternalOn: key(flag, true),
  EnforceRFC952: key(flag, false),
  SetTruncateBit: key(flag, true),
  EnumerationOn: key(flag, true),
  MesosHTTPSOn: key(flag, false),
  CACertFile: key(text, ''),
  CertFile: key(text, ''),
  KeyFile: key(text, ''),
  MesosCredentials: key(credentials, NO_CREDENTIALS),
  IAMConfigFile: key(text, ''),
  MesosAuthentication: key(text, ''),
};

export type KeyName = keyof typeof KEYS;
export type Values = { readonly [K in KeyName]: (typeof KEYS)[K]['otherwise'] };

/** Sluice's own key, in the same file; Mesos-DNS overlooks it. */
export const VERIFY_KEY = 'mesosTLSVerify';
