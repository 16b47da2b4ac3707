/** What became of a text that a user wrote; `wrong` is a phrase that follows the name of the text: 'names {foo}, which ...'. */
export type Outcome<T> = { readonly value: T } | { readonly wrong: string };
