/** Files dropped beside every target do nothing. The browser's own answer would be to open them, and leave the app. */
export function ignoreStrayDrops(): void {
  // Whatever takes files has said so before the event comes here.
  const ignore = (event: DragEvent) => {
    if (event.defaultPrevented || event.dataTransfer?.types.includes('Files') !== true) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'none';
  };
  window.addEventListener('dragover', ignore);
  window.addEventListener('drop', ignore);
}
