/** Why a file that apps name cannot be used as it is. `last`: whether HAProxy has an older version of it that stays in force. */
export interface FileTrouble {
  readonly why: string;
  readonly last: 'kept' | 'none';
}
