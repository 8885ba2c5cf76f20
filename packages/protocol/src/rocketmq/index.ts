/** Placeholder of this entry point. */
export const placeholder = true;
