package io.apexproxy.runtime.log;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.CoreConstants;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The converter of {@code %ex} in {@code conf/logback.xml}: a stack trace with escaped messages and frames, which
 * cannot forge a line. Of a long one, such as that of an endless recursion, only the beginning and the end remain.
 */
public final class CleanThrowableConverter extends ThrowableProxyConverter {

    /** The lines of most stack traces with two causes. */
    private static final int FIRST_LINES = 150;
    private static final int LAST_LINES = 50;

    /** Creates a converter. Called by Logback. */
    public CleanThrowableConverter() {
    }

    /**
     * Returns the stack trace of an exception in the format of the log.
     *
     * @param thrown an exception of any origin
     * @return several lines, each with a line terminator
     */
    public static String text(Throwable thrown) {
        CleanThrowableConverter converter = new CleanThrowableConverter();
        converter.start();
        return converter.throwableProxyToString(new ThrowableProxy(thrown));
    }

    @Override
    protected String throwableProxyToString(IThrowableProxy thrown) {
        return shortened(super.throwableProxyToString(new Clean(thrown)));
    }

    private static String shortened(String text) {
        List<String> lines = text.lines().toList();
        int omitted = lines.size() - FIRST_LINES - LAST_LINES;
        if (omitted <= 0) {
            return text;
        }
        return Stream.of(lines.stream().limit(FIRST_LINES), Stream.of("\t... " + omitted + " lines omitted"),
                lines.stream().skip(FIRST_LINES + omitted)).flatMap(each -> each)
                .map(line -> line + CoreConstants.LINE_SEPARATOR).collect(Collectors.joining());
    }

    /** An exception with escaped and shortened messages, also of its causes. */
    private record Clean(IThrowableProxy thrown) implements IThrowableProxy {

        private static String piece(String text) {
            return text == null ? null : CleanText.piece(text); // Logback uses null for a missing text
        }

        /** Cleans a frame, because a plugin chooses the names of its classes and can set any stack trace. */
        private static StackTraceElementProxy frame(StackTraceElementProxy proxy) {
            StackTraceElement frame = proxy.getStackTraceElement();
            String text = frame.toString();
            return CleanText.message(text).equals(text) ? proxy : new StackTraceElementProxy(new StackTraceElement(
                    piece(frame.getClassName()), piece(frame.getMethodName()), piece(frame.getFileName()),
                    frame.getLineNumber()));
        }

        @Override
        public String getMessage() {
            return piece(thrown.getMessage());
        }

        @Override
        public String getOverridingMessage() {
            return piece(thrown.getOverridingMessage());
        }

        @Override
        public String getClassName() {
            return piece(thrown.getClassName());
        }

        @Override
        public StackTraceElementProxy[] getStackTraceElementProxyArray() {
            return Arrays.stream(thrown.getStackTraceElementProxyArray()).map(Clean::frame)
                    .toArray(StackTraceElementProxy[]::new);
        }

        @Override
        public int getCommonFrames() {
            return thrown.getCommonFrames();
        }

        @Override
        public IThrowableProxy getCause() {
            return Optional.ofNullable(thrown.getCause()).map(Clean::new).orElse(null);
        }

        @Override
        public IThrowableProxy[] getSuppressed() {
            return Arrays.stream(Optional.ofNullable(thrown.getSuppressed()).orElse(new IThrowableProxy[0]))
                    .map(Clean::new).toArray(IThrowableProxy[]::new);
        }

        @Override
        public boolean isCyclic() {
            return thrown.isCyclic();
        }
    }
}
