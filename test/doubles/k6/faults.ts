/** What a double of k6 can do wrong. */
export type Fault =
  /** Each fifth iteration is not made, for want of a user. */
  | 'drops iterations'
  | 'writes nothing'
  /** The last line breaks off. */
  | 'breaks off'
  /** It tells of fewer requests than it has made. */
  | 'hides requests'
  /** Ends with 107 before its load. */
  | 'throws'
  | 'hangs'
  | 'crosses thresholds';
