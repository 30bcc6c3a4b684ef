export interface Alert {
  readonly alertId: number
  /** What went wrong in the page's own words, where the message is not in them. */
  readonly lead: string | null
  readonly message: string
  /** Of the message, where it is not the page's language. */
  readonly lang: 'en' | undefined
}

/** What went wrong and was not yet dismissed, oldest first. The same sentence is not said twice. */
export class AlertsState {
  list = $state.raw<readonly Alert[]>([])
  #next = 1

  add(message: string, lead: string | null = null, lang?: 'en'): void {
    if (this.list.some(alert => alert.message === message)) return
    this.list = [...this.list, { alertId: this.#next++, lead, message, lang }]
  }

  dismiss(alertId: number): void {
    this.list = this.list.filter(alert => alert.alertId !== alertId)
  }
}
