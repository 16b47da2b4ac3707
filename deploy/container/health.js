// Health check of the container: exit code 0 when Sluice answers on its socket in the run directory.
import { request } from 'node:http';
import { join } from 'node:path';

const socketPath = join(process.env.SLUICE_RUN_DIR || '/run/sluice', 'sluice.sock');

const end = (code, message) => {
  console.log(message);
  process.exit(code);
};

request({ socketPath, path: '/health', timeout: 2500 }, ({ statusCode }) =>
  end(statusCode === 200 ? 0 : 1, `/health answers ${statusCode}`),
)
  .on('timeout', () => end(1, `no answer on ${socketPath}`))
  .on('error', (error) => end(1, error.message))
  .end();
