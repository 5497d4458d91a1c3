package io.apexproxy.dist.harness;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Commands that run a program in separate Linux namespaces: changes of mounts and network settings affect only that
 * program. They work for every user if the system permits user namespaces.
 */
public final class Namespaces {

    private Namespaces() {
    }

    /**
     * Returns a command for a program with its own mounts.
     *
     * @param script a shell script that runs before the program and can mount
     * @return the command; the caller appends the program and its arguments; the process id stays the same
     */
    public static List<String> withMounts(String script) {
        return command("--mount", script);
    }

    /** Returns a command for a program in its own network namespace. The loopback interface is down. */
    public static List<String> withNetwork(String script) {
        return command("--net", script);
    }

    private static List<String> command(String kind, String script) {
        return List.of("unshare", "--map-root-user", kind, "sh", "-euc", script + "\nexec \"$0\" \"$@\"");
    }

    /** Returns whether a command works on this machine, by running it with a program that does nothing. */
    public static boolean isPossible(List<String> command) {
        List<String> trial = new ArrayList<>(command);
        trial.add("true");
        try {
            Process process = new ProcessBuilder(trial).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false; // not installed
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Quotes a word for the shell. */
    public static String quoted(Object word) {
        return "'" + word.toString().replace("'", "'\\''") + "'";
    }
}
