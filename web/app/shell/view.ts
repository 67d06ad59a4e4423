/** View is one of the pages of this page. */
export interface View {
  readonly element: HTMLElement;
  /** For the window's title. */
  readonly title: string;
  /** focus goes to where one types. */
  focus?(): void;
  /** leave stops what runs. */
  leave?(): void;
}
