import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '../../../dispatch/host.ts';
import { textFor } from '../publish/message.ts';
import { notification, unsubscribeUrl } from './envelope.ts';
import type { Handover } from './receivers.ts';

/**
 * Writes the mail that Amazon would send: a file that mail programs open. Nothing is sent. A repeated
 * delivery writes the same file.
 */
export async function writeMail(host: Host, { topic, subscription, message }: Handover): Promise<void> {
  const { protocol, endpoint, arn } = subscription;
  const json = protocol === 'email-json';
  const text = json
    ? JSON.stringify(notification(host.endpoint(), subscription, message), null, 2)
    : `${textFor(message, 'email')}\n\n--\nIf you wish to stop receiving notifications from this topic, please visit:\n${unsubscribeUrl(host.endpoint(), subscription)}\n`;
  const sender = topic.attributes['DisplayName'] ?? 'AWS Notifications';
  const headers = [
    `From: ${encoded(sender)} <no-reply@sns.amazonaws.com>`,
    `To: ${endpoint}`,
    `Subject: ${encoded(message.subject ?? 'AWS Notification Message')}`,
    `Date: ${new Date(message.time).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${message.messageId}@sns.slipway>`,
    'X-Slipway: written to this file, not sent',
    'MIME-Version: 1.0',
    `Content-Type: ${json ? 'application/json' : 'text/plain'}; charset=utf-8`,
    'Content-Transfer-Encoding: 8bit',
  ];
  const folder = join(host.folder('sns'), 'mail');
  await mkdir(folder, { recursive: true });
  const day = new Date(message.time).toISOString().replace(/[:.]/g, '-');
  const path = join(folder, `${day}-${message.messageId.slice(0, 8)}-${arn.slice(-12)}.eml`);
  await writeFile(`${path}.part`, `${headers.join('\n')}\n\n${text}`, { flush: true });
  await rename(`${path}.part`, path);
  host.progress.emit({
    type: 'note',
    service: 'sns',
    arn,
    message: `Mail to ${endpoint}, “${message.subject ?? topic.name}”, was written to ${path} and not sent.`,
  });
}

/** A header's text; others than ASCII as RFC 2047 has them. */
function encoded(text: string): string {
  if (/^[\x20-\x7E]*$/.test(text)) return text;
  return `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`;
}
