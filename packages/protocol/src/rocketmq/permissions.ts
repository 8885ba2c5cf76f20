/** Permission bits of a topic's queues, after `PermName.java`. */
export const permissions = { inherit: 1, write: 2, read: 4, priority: 8 } as const;

/** Whether consumers may read queues with this permission. */
export function isReadable(perm: number): boolean {
  return (perm & permissions.read) !== 0;
}

/** Whether producers should send to queues with this permission. Brokers do not check it: clients do. */
export function isWritable(perm: number): boolean {
  return (perm & permissions.write) !== 0;
}

/** `RW-`, `R--`…: read, write, inherit, as admin tools print it. */
export function formatPermission(perm: number): string {
  return `${isReadable(perm) ? 'R' : '-'}${isWritable(perm) ? 'W' : '-'}${(perm & permissions.inherit) === 0 ? '-' : 'X'}`;
}
