/** Policy documents leave IAM percent-encoded as in RFC 3986. */
export function encodeDocument(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Size as IAM's quotas count it: without white space. */
export function documentSize(text: string): number {
  return text.replace(/\s/g, '').length;
}
