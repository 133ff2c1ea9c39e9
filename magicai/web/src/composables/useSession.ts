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
/** What a sign-in with another provider ended in, where it ended in nothing. */
const problem = ref<unknown>(null);

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
function forgetProblem(): void {
  problem.value = null;
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
        if (link && !problem.value) notice.value = "login.link";
      }
    }
  }
  async function byLink(link: string): Promise<SessionOpened | null> {
    try {
      return await post("/api/session/link", { body: { link } });
    } catch (error) {
      const code = error instanceof Refusal ? error.told?.code : undefined;
      if (code === "sign_in_link_used") return null;
      if (!code || !(isUnknown(error) || code.startsWith("oidc_"))) throw error;
      problem.value = error;
      return null;
    }
  }
  async function logIn(name: string, password: string): Promise<void> {
    open(await post("/api/session", { body: { name, password, device: knownDevice() } }));
    forgetProblem();
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
    problem: readonly(problem),
    forgetProblem,
    look,
    open,
    logIn,
    logOut,
    leave,
  };
}
