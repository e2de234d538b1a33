import type { Glue } from '@aws-sdk/client-glue';
import type { Operations } from '../../dispatch/service.ts';
import { notFound } from './errors.ts';

/** Bookmarks, which only Spark jobs write: there is never one. */
export const bookmarkOperations = {
  GetJobBookmark({ JobName }) {
    throw noBookmark(JobName);
  },

  ResetJobBookmark({ JobName }) {
    throw noBookmark(JobName);
  },
} satisfies Operations<Glue>;

function noBookmark(jobName: string) {
  return notFound(`Continuation for job ${jobName} not found`);
}
