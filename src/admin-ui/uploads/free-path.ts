/** `a/b.png` → `a/b (2).png` → `a/b (3).png`: the next name to try. */
export function freePath(path: string): string {
  const slash = path.lastIndexOf('/') + 1;
  const name = path.slice(slash);
  const dot = name.lastIndexOf('.');
  const stem = dot > 0 ? name.slice(0, dot) : name;
  const extension = dot > 0 ? name.slice(dot) : '';
  const counted = / \((\d+)\)$/.exec(stem);
  const base = counted === null ? stem : stem.slice(0, counted.index);
  const next = counted === null ? 2 : Number(counted[1]) + 1;
  return `${path.slice(0, slash)}${base} (${next})${extension}`;
}
