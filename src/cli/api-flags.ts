import { type Command, Option } from 'commander';

/** The control API: flags of `run`, `check` and `doctor`. `check` needs to know its port, which no app can have. */
export const addApiFlags = (command: Command): Command =>
  command
    .addOption(
      new Option('--api-listen <host:port>', "control API (default: 127.0.0.1:9092); 'off' leaves the socket in the run directory").env(
        'SLUICE_API_LISTEN',
      ),
    )
    .option('--api-token-file <file>', "who may use --api-listen: lines 'read TOKEN' or 'write TOKEN'; without it anybody may read there")
    .option('--api-tls-cert <file>', 'certificate of --api-listen (PEM), with those that lead to its CA; without it there is no TLS')
    .option('--api-tls-key <file>', 'its key (PEM)')
    .option('--api-client-ca <file>', 'CA certificates (PEM): every client of --api-listen must have a certificate that they sign')
    .option('--api-write-cn <name...>', 'common names of client certificates that may write; all others may read')
    .option('--api-socket-mode <mode>', 'of the control socket: 600 or 660 (default: 600); who may open it may do all')
    .option('--api-socket-group <group>', 'group of the control socket, by name or number; for --api-socket-mode 660');
