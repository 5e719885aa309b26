// What an error of Redis or of the connection means for what was asked of it.

/** Whether asking again may help: the way there is broken, or Redis is not ready for it now. */
export function isPassing({ name, message }: Error): boolean {
  return name !== 'ReplyError' || /^(MOVED|TRYAGAIN|READONLY|LOADING|CLUSTERDOWN|MASTERDOWN|BUSY)/.test(message);
}
