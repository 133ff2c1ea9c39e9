import { readonly, ref } from "vue";
import { ask, get, post, Refusal, useCsrf, whenUnknown } from "../api";
import type { Key } from "../messages/en";
import type { Session, User } from "../types";

const user = ref<User | null>(null);
const known = ref(false);
const failure = ref<unknown>(null);
const hasPassword = ref(true);
const notice = ref<Key | null>(null);

function enter(session: Session): void {
  useCsrf(session.csrf_token);
  user.value = session.user;
  hasPassword.value = session.has_password;
  notice.value = null;
}

whenUnknown(() => {
  if (user.value) notice.value = "login.ended";
  user.value = null;
});

/** Who is logged in; `known` once the gateway has said so. */
export function useSession() {
  async function look(): Promise<void> {
    failure.value = null;
    try {
      enter(await get<Session>("/api/session"));
      known.value = true;
    } catch (error) {
      if (error instanceof Refusal && error.status === 401) known.value = true;
      else failure.value = error;
    }
  }
  async function logIn(name: string, password: string): Promise<void> {
    enter(await post<Session>("/api/session", { name, password }));
  }
  async function logOut(): Promise<void> {
    await ask("DELETE", "/api/session");
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
    notice: readonly(notice),
    look,
    logIn,
    logOut,
    leave,
  };
}
