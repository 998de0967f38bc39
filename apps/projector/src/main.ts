import { readSettings } from '#libs/platform';
import { endWithReason } from '../../api/src/end-with-reason.js';
import { createService } from '../../api/src/service.js';

/**
 * A process that only follows the log: read models, process managers, the outbox. Any number of them share the work and
 * take over what one leaves. Over HTTP it tells how it fares, and nothing else.
 */
try {
  const settings = readSettings(process.env);
  const app = await createService({ ...settings, readers: 'here' }, { operationsOnly: true });
  await app.listen(settings.port, settings.host);
  process.stdout.write(
    `A projector of Almoner is at work; its figures: http://${settings.host}:${settings.port}/metrics\n`,
  );
} catch (error) {
  endWithReason(error);
}
