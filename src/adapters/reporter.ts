/** Where errors go that nobody else is told. An `onError` that throws itself has its error printed, and nothing else. */
export function reporter(onError: ((error: unknown) => void) | undefined): (error: unknown) => void {
  if (onError === undefined) return (error) => console.error(error)
  return (error) => {
    try {
      onError(error)
    } catch (thrown) {
      console.error(error, thrown)
    }
  }
}
