package io.apexproxy.test;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.spi.ToolProvider;

/** Tools of the JDK that run in this process, such as {@code javac}. */
public final class JdkTool {

    private JdkTool() {
    }

    /** Runs a tool. Throws {@link IllegalStateException} with its output if its exit status is not 0. */
    public static void run(String tool, String... arguments) {
        StringWriter output = new StringWriter();
        PrintWriter printer = new PrintWriter(output);
        if (ToolProvider.findFirst(tool).orElseThrow().run(printer, printer, arguments) != 0) {
            throw new IllegalStateException(tool + " " + Arrays.toString(arguments) + "\n" + output);
        }
    }
}
