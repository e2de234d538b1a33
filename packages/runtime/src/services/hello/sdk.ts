import type { SdkMethod } from '../../dispatch/types.ts';

/**
 * What `import type { Glue } from '@aws-sdk/client-glue'` is for a real service: the operations with
 * their inputs and outputs. Hello has no SDK, so its types are written here.
 */
export interface Hello {
  createGreeting: SdkMethod<{ Name: string | undefined; Text: string | undefined }, { GreetingArn: string }>;
  describeGreeting: SdkMethod<{ Name: string | undefined }, Greeting>;
  listGreetings: SdkMethod<
    { MaxResults?: number; NextToken?: string },
    { Greetings: Greeting[]; NextToken?: string | undefined }
  >;
  deleteGreeting: SdkMethod<{ Name: string | undefined }, object>;
}

export interface Greeting {
  Name: string;
  GreetingArn: string;
  Text: string;
  CreationTime: Date;
}
