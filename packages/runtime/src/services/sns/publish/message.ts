import type { MessageAttributeValue } from '@aws-sdk/client-sns';

/** A message as it goes to all who are subscribed. */
export interface Published {
  readonly messageId: string;
  readonly topicArn: string;
  readonly subject?: string | undefined;
  /** The text for those that have none of their own. */
  readonly message: string;
  /** Texts by protocol, from a message with `MessageStructure: json`. */
  readonly texts?: Readonly<Record<string, string>> | undefined;
  readonly attributes?: Readonly<Record<string, MessageAttributeValue>> | undefined;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly groupId?: string | undefined;
  readonly deduplicationId?: string | undefined;
  /** In FIFO topics. */
  readonly sequence?: string | undefined;
}

/** The text that a protocol gets. */
export function textFor({ message, texts }: Published, protocol: string): string {
  return texts?.[protocol] ?? message;
}
