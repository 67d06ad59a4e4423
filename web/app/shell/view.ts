/** View is one of the pages of this page. */
export interface View {
  readonly element: HTMLElement;
  /** As it stands behind the # of the address. */
  readonly name: string;
  /** For the window's title. */
  readonly title: string;
  /** focus goes to where one types. */
  focus?(): void;
  /** down walks into the results. */
  down?(): void;
  /** leave stops what runs. */
  leave?(): void;
}
