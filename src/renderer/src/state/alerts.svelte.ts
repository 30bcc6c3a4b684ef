export interface Alert {
  readonly alertId: number
  readonly message: string
}

/** What went wrong and was not yet dismissed, oldest first. The same sentence is not said twice. */
export class AlertsState {
  list = $state.raw<readonly Alert[]>([])
  #next = 1

  add(message: string): void {
    if (this.list.some(alert => alert.message === message)) return
    this.list = [...this.list, { alertId: this.#next++, message }]
  }

  dismiss(alertId: number): void {
    this.list = this.list.filter(alert => alert.alertId !== alertId)
  }
}
