import type { Logger } from 'pino';
import type { Haproxy } from '../haproxy/haproxy.ts';
import type { Change } from '../desired/change.ts';
import type { Bind, Desired } from '../desired/desired.ts';
import { messageOf } from '../kit/error.ts';
import { withStartingHealth } from '../plan/starting-health.ts';
import type { Renderer } from '../render/renderer.ts';
import type { Picture } from './picture.ts';

interface DeploymentOptions {
  readonly log: Logger;
  readonly picture: Picture;
  readonly haproxy: Haproxy;
  readonly renderer: Renderer;
  /** Desired changed, because a listener cannot be opened or can be again. */
  readonly onChange: (change: Change) => void;
}

const bindsOf = (desired: Desired): readonly Bind[] => [...desired.frontends.values()].flatMap((frontend) => frontend.binds);
