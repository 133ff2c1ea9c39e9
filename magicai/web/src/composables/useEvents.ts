import { onScopeDispose, ref } from "vue";
import { pageSecret, workspaceId } from "../api";
import type { RunEvent } from "../types";

export type Line = "connecting" | "open" | "lost" | "ended" | "refused";
const LEAST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8000;

/** Follow a run: each event once and in order, however often the line breaks. */
export function useEvents(runId: string, take: (event: RunEvent) => void) {
  const line = ref<Line>("connecting");
  let after = 0;
  let wait = LEAST_WAIT_MS;
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let left = false;

  function open(): void {
    clearTimeout(timer);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const opened = new WebSocket(`${scheme}://${location.host}/ws/task/${runId}?after=${after}`, [
      "magicai.v1",
      `page.${pageSecret()}`,
      ...(workspaceId() ? [`workspace.${workspaceId()}`] : []),
    ]);
    socket = opened;
    opened.onmessage = (message: MessageEvent<string>) => {
      const event = JSON.parse(message.data) as RunEvent;
      line.value = "open";
      wait = LEAST_WAIT_MS;
      if (event.sequence <= after) return;
      after = event.sequence;
      take(event);
    };
    opened.onopen = () => (line.value = "open");
    opened.onclose = ({ code }) => {
      if (left || socket !== opened) return;
      if (code === 1000) line.value = "ended";
      else if (code >= 4400 && code < 4500) line.value = "refused";
      else again();
    };
  }
  function again(): void {
    line.value = "lost";
    timer = setTimeout(open, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
  function nudge(): void {
    if (line.value === "lost") open();
  }
  window.addEventListener("online", nudge);
  onScopeDispose(() => {
    left = true;
    clearTimeout(timer);
    window.removeEventListener("online", nudge);
    socket?.close();
  });
  open();
  return { line, reopen: open };
}
