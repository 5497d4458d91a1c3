package io.apexproxy.dist.harness;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

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

    /** Returns a command for a program with its own mounts in its own network namespace. */
    public static List<String> withNetworkAndMounts(String script) {
        return command("--net", "--mount", script);
    }

    /** Returns a command for a program in the network of a process that {@link #withNetwork} has started. */
    public static List<String> of(long process) {
        return List.of("nsenter", "--target", Long.toString(process), "--user", "--net", "--preserve-credentials");
    }

    private static List<String> command(String kind, String... rest) {
        String script = rest[rest.length - 1] + "\nexec \"$0\" \"$@\"";
        return Stream.of(Stream.of("unshare", "--map-root-user", kind), Stream.of(rest).limit(rest.length - 1L),
                Stream.of("sh", "-euc", script)).flatMap(each -> each).toList();
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
