// Who plays: three users with two devices each. The names are fixed, so that the curl of one visit works in the next;
// "start over" erases what they have.
export const users = ['alice', 'bob', 'carol'] as const;
export type UserName = (typeof users)[number];

export const deviceNames = ['phone', 'laptop'] as const;
export type DeviceName = (typeof deviceNames)[number];

export const titleOf = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
