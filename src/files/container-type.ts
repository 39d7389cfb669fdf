interface ContainerFormat {
  readonly container: string;
  readonly type: string;
  /** What the head must hold one of; empty = the container's own signature is all there is to see. */
  readonly marks: readonly string[];
}

const OOXML = ['[Content_Types].xml', '_rels/.rels', 'docProps/'];
const openXml = (kind: string): ContainerFormat => ({
  container: 'application/zip',
  type: `application/vnd.openxmlformats-officedocument.${kind}`,
  marks: OOXML,
});
const zip = (type: string, ...marks: string[]): ContainerFormat => ({
  container: 'application/zip',
  type,
  marks,
});
const compoundFile = (type: string): ContainerFormat => ({
  container: 'application/x-cfb',
  type,
  marks: [],
});

/** Formats inside a container that keeps what tells them apart beyond the head. */
const BY_EXTENSION: ReadonlyMap<string, ContainerFormat> = new Map([
  ['docx', openXml('wordprocessingml.document')],
  ['xlsx', openXml('spreadsheetml.sheet')],
  ['pptx', openXml('presentationml.presentation')],
  ['apk', zip('application/vnd.android.package-archive', 'AndroidManifest.xml', 'META-INF/')],
  ['jar', zip('application/java-archive', 'META-INF/')],
  ['doc', compoundFile('application/msword')],
  ['xls', compoundFile('application/vnd.ms-excel')],
  ['ppt', compoundFile('application/vnd.ms-powerpoint')],
  ['msg', compoundFile('application/vnd.ms-outlook')],
]);

/** Lets the extension choose among the formats that the container allows; without a choice, it stays the container. */
export function refineContainer(container: string, extension: string, head: Buffer): string {
  const format = BY_EXTENSION.get(extension);
  if (format?.container !== container) return container;
  const fits = format.marks.length === 0 || format.marks.some((mark) => head.includes(mark, 0, 'latin1'));
  return fits ? format.type : container;
}
