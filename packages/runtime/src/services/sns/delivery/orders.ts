import type { Published } from '../publish/message.ts';

export const DELIVERY_ORDER = 'sns.deliver';
export const IN_ORDER = 'sns.deliver-in-order';

/** One message to one subscription. */
export interface DeliveryOrder {
  readonly subscription: string;
  readonly message: Published;
  /** How often it was tried. */
  readonly tries: number;
  /** The same for all tries; the first order's id. */
  readonly token?: string | undefined;
}

/** The first message of a FIFO topic that a subscription still has to get; there is one order for each. */
export interface InOrder {
  readonly subscription: string;
}
