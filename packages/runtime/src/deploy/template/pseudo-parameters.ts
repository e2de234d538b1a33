/** Where a stack is: what the pseudo parameters tell. */
export interface StackPlace {
  readonly account: string;
  readonly region: string;
  readonly stackName: string;
  readonly stackId: string;
  readonly notificationArns: readonly string[];
}

export const PSEUDO_PARAMETERS = new Set([
  'AWS::AccountId',
  'AWS::NoValue',
  'AWS::NotificationARNs',
  'AWS::Partition',
  'AWS::Region',
  'AWS::StackId',
  'AWS::StackName',
  'AWS::URLSuffix',
]);

/** The value of a pseudo parameter; `AWS::NoValue` is none and is not asked for here. */
export function pseudoParameter(name: string, place: StackPlace): string | readonly string[] {
  switch (name) {
    case 'AWS::AccountId':
      return place.account;
    case 'AWS::NotificationARNs':
      return place.notificationArns;
    case 'AWS::Partition':
      return partitionOf(place.region);
    case 'AWS::Region':
      return place.region;
    case 'AWS::StackId':
      return place.stackId;
    case 'AWS::StackName':
      return place.stackName;
    case 'AWS::URLSuffix':
      return place.region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
    default:
      throw new Error(`No pseudo parameter ${name}`);
  }
}

/** The partition of a region. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
