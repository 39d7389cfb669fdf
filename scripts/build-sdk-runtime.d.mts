export function compileSdkRuntime(): ReadonlyMap<string, string>;
export function buildSdkRuntime(folder: string): void;
