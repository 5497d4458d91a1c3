package io.apexproxy.runtime.cli.client;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Standard output of a command that prints repeatedly: it redraws a terminal, and appends to a pipe or a file. */
public final class Screen {

    private static final long PERIOD_MILLIS = TimeUnit.SECONDS.toMillis(1);
    private static final Path OUTPUT = Path.of("/proc/self/fd/1");
    /** Cursor to the upper left corner. */
    private static final String HOME = "\u001b[H";
    /** Clear from the cursor to the end of the screen. */
    private static final String CLEAR = "\u001b[J";

    private final PrintStream stream;
    private final boolean isTerminal;

    Screen(PrintStream stream, boolean isTerminal) {
        this.stream = stream;
        this.isTerminal = isTerminal;
    }

    /** Returns the screen of this process. Java's own test also needs standard input to be a terminal. */
    public static Screen of(PrintStream stream) {
        return new Screen(stream, isTerminal() && !"dumb".equals(System.getenv("TERM")));
    }

    private static boolean isTerminal() {
        try {
            String target = Files.readSymbolicLink(OUTPUT).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException e) {
            return false; // not Linux; without escape codes the output is usable in any case
        }
    }

    /** Prints a text as it is, and a line break. */
    public void print(String text) {
        byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
        stream.write(bytes, 0, bytes.length);
        stream.flush();
    }

    /** Starts to print the next state. */
    public void redraw() {
        if (isTerminal) {
            stream.print(HOME + CLEAR);
        }
    }

    /** Ends a state: on a pipe or in a file an empty line separates it from the next one. */
    public void endDrawing() {
        if (!isTerminal) {
            stream.println();
        }
        stream.flush();
    }

    /** Waits a second; returns false if the reader of the output has closed it. */
    public boolean pause() throws InterruptedException {
        if (stream.checkError()) {
            return false;
        }
        TimeUnit.MILLISECONDS.sleep(PERIOD_MILLIS);
        return true;
    }
}
