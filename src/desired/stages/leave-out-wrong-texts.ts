import type { PortDraft } from '../port-draft.ts';

/** A port with a text that cannot be had in one of its labels is left out whole: what is left is not what its author wants. */
export const leaveOutWrongTexts = (draft: PortDraft): void => {
  draft.texts?.refuseTooSlow();
  const wrong = draft.texts?.wrong;
  if (wrong === undefined) return;
  draft.leftOut ??= wrong;
  delete draft.backend;
  delete draft.listener;
  delete draft.blocks;
  delete draft.passthrough;
  delete draft.hosts;
  delete draft.colours;
  delete draft.previews;
  draft.routes = [];
  draft.servers = [];
};
