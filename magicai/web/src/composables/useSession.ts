import { readonly, ref } from "vue";
import { get, keepDevice, keepSecret, keepWorkspace, knownDevice, post, Refusal, del, whenUnknown } from "../api";
import type { Key } from "../messages/en";
import type { Session, SessionOpened, User } from "../types";

const user = ref<User | null>(null);
const known = ref(false);
const failure = ref<unknown>(null);
const hasPassword = ref(true);
/** How an operator calls `magicai` on the installation's machine. */
const command = ref("magicai");
/** Nobody else uses the installation, and there is one workspace: nothing need be said of any. */
const alone = ref(true);
const notice = ref<Key | null>(null);

function open(session: SessionOpened): void {
  keepSecret(session.page_secret);
  keepDevice(session.device);
  enter(session);
}
function enter(session: Session): void {
  user.value = session.user;
  hasPassword.value = session.has_password;
  command.value = session.command;
  alone.value = session.alone;
  notice.value = null;
}

whenUnknown(() => {
  if (user.value) notice.value = "login.ended";
  user.value = null;
});

const isUnknown = (error: unknown): boolean => error instanceof Refusal && error.status === 401;

/** Who is logged in; `known` once the gateway has said so. */
export function useSession() {
  /** See who is logged in; with a link of `magicai up` whoever it lets in, and where it was used, whoever was before. */
  async function look(link?: string): Promise<void> {
    failure.value = null;
    try {
      const opened = link ? await byLink(link) : null;
      if (opened) open(opened);
      else enter(await get("/api/session"));
      known.value = true;
    } catch (error) {
      if (!isUnknown(error)) failure.value = error;
      else {
        known.value = true;
        if (link) notice.value = "login.link";
      }
    }
  }
  async function byLink(link: string): Promise<SessionOpened | null> {
    try {
      return await post("/api/session/link", { body: { link } });
    } catch (error) {
      if (isUnknown(error)) return null;
      throw error;
    }
  }
  async function logIn(name: string, password: string): Promise<void> {
    open(await post("/api/session", { body: { name, password, device: knownDevice() } }));
  }
  async function logOut(): Promise<void> {
    await del("/api/session");
    keepSecret("");
    keepWorkspace("");
    user.value = null;
  }
  /** The login has ended, for a reason that the form to log in again says. */
  function leave(why: Key): void {
    user.value = null;
    notice.value = why;
  }
  return {
    user: readonly(user),
    known: readonly(known),
    failure: readonly(failure),
    hasPassword: readonly(hasPassword),
    command: readonly(command),
    alone: readonly(alone),
    notice: readonly(notice),
    look,
    open,
    logIn,
    logOut,
    leave,
  };
}
