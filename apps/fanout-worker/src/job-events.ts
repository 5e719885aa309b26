/** Tells listeners how jobs come on and which messages ended among the dead letters; no job waits for that. */
import { jobProgress, messageDeadLettered } from '@fanfare/contracts';
import type { JobReport } from '@fanfare/jobs';
import type { Announcements } from '@fanfare/redis-transport';

export class JobEvents {
  constructor(private readonly announcements: Announcements) {}

  tell({ error, ...progress }: JobReport): void {
    const at = Date.now();
    this.announcements.tell(jobProgress, { ...progress, at });
    if (error !== undefined) this.announcements.tell(messageDeadLettered, { message: progress.job, error, at });
  }
}
