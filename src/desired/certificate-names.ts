/** The list of what the https frontend serves, beside haproxy.cfg: its first line is for whoever asks for another name, or for none. */
export const CERTIFICATE_LIST = 'certs/https.list';

/** The certificate among these files that this one belongs to, by its name: itself, or the one that it stands beside, as 'a.pem.key' beside 'a.pem'. */
export const ownerOf = (path: string, files: ReadonlyMap<string, unknown>): string => {
  const owner = path.replace(/\.(key|ocsp|issuer|sctl)$/, '');
  return files.has(owner) ? owner : path;
};
