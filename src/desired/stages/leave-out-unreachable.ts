import { type Context, type PortDraft, problem } from '../port-draft.ts';

/** An endpoint of a pod that has no service port and no mode http is reached by nothing: a backend for it would serve nobody. */
export const leaveOutUnreachable = (draft: PortDraft, context: Context): void => {
  if (draft.servicePort !== 0 || draft.mode === 'http' || draft.profile === undefined) return;
  delete draft.profile;
  const message = `endpoint '${draft.port.name ?? draft.index}' has no service port, and in mode tcp nothing else leads to it: it is left out`;
  draft.problems.push(problem(context, draft, 'PORT', message));
  draft.leftOut = message;
};
