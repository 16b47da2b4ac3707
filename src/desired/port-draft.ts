import type { Problem } from '../kit/problem.ts';
import type { PortSettings } from '../labels/catalogue.ts';
import type { AppPort } from '../model/app.ts';
import type { AppEntry } from '../model/model.ts';
import { wordsOf } from '../model/since.ts';
import type { Claim, RouteClaim } from './app-part.ts';
import type { Backend, Frontend, Mode, Profile, Server, ServerOptions } from './desired.ts';
import type { BuildOptions } from './options.ts';

/** What the stages share and do not change. */
export interface Context {
  readonly entry: AppEntry;
  readonly hosts: ReadonlyMap<string, string>;
  readonly options: BuildOptions;
}

/** One service port on its way through the stages: each adds what the next ones need. */
export interface PortDraft {
  readonly index: number;
  readonly port: AppPort;
  readonly settings: PortSettings;
  /** Service port after HAPROXY_{n}_PORT. */
  readonly servicePort: number;
  readonly name: string;
  mode: Mode;
  profile?: Profile;
  serverOptions: ServerOptions;
  servers: readonly Server[];
  ending: readonly Server[];
  backend?: Claim<Backend>;
  listener?: Claim<Frontend>;
  routes: readonly Claim<RouteClaim>[];
  readonly problems: Problem[];
}

/** One value of a label of this port, in lower case. */
interface Wish {
  /** Without `HAPROXY_{n}_`. */
  readonly label: string;
  readonly value: string;
}

const latest = (times: readonly (string | undefined)[]): string | undefined =>
  times.reduce((one, other) => (one === undefined || (other !== undefined && other > one) ? other : one), undefined);

/**
 * Since when a label asks for this value; undefined where the label is not set. A value that is not written as it is used ('shop.example.' for
 * shop.example) is as old as the youngest word of its label: another spelling makes no wish older.
 */
const labelSince = ({ app, since }: AppEntry, label: string, value: string): string | undefined => {
  const text = app.labels[label];
  return text === undefined
    ? undefined
    : (since.get(`${label} ${value}`) ?? latest(wordsOf(text).map((word) => since.get(`${label} ${word}`))));
};

/** When the app came to want all of these; the port and the groups are always among them. */
const wantedSince = ({ entry }: Context, { index, servicePort, port }: PortDraft, wishes: readonly Wish[]): string => {
  const groups = ['HAPROXY_GROUP', `HAPROXY_${index}_GROUP`].flatMap((label) =>
    wordsOf(entry.app.labels[label] ?? '').map((word) => labelSince(entry, label, word)),
  );
  const own: readonly Wish[] = [{ label: 'PORT', value: String(servicePort) }, ...wishes];
  const times = own.map(({ label, value }) => labelSince(entry, `HAPROXY_${index}_${label}`, value));
  return latest([entry.since.get(`port ${port.servicePort}`), ...groups, ...times]) ?? '';
};

/** `wishes`: what else must be wanted for this claim. */
export const claim = <T>(context: Context, draft: PortDraft, value: T, wishes: readonly Wish[] = []): Claim<T> => ({
  appId: context.entry.app.id,
  portIndex: draft.index,
  servicePort: draft.servicePort,
  wanted: context.entry.app.instances > 0,
  since: wantedSince(context, draft, wishes),
  value,
});

export const problem = (context: Context, draft: PortDraft, label: string, message: string): Problem => ({
  appId: context.entry.app.id,
  portIndex: draft.index,
  label: `HAPROXY_${draft.index}_${label}`,
  message,
});
