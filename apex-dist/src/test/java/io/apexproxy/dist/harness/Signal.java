package io.apexproxy.dist.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Sends Unix signals, which Java cannot send. */
public final class Signal {

    private Signal() {
    }

    /** Sends a signal, such as {@code TERM}, to a running process. */
    public static void send(String name, long pid) {
        try {
            // the kill builtin of the shell, because not every machine has the program
            Process kill = new ProcessBuilder("sh", "-c", "kill -$0 $1", name, Long.toString(pid)).start();
            assertThat(kill.waitFor()).as("exit status of kill").isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
