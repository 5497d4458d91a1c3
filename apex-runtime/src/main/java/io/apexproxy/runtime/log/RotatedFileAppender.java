package io.apexproxy.runtime.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.util.FileUtil;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.File;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes lines to a file that rotates and counts those that the file refuses, as a full disk does.
 *
 * <p>Logback's RollingFileAppender hides failures and then drops lines for some time. This class writes each line to
 * the file when it is logged, so that lines are written again as soon as there is space. It is configured in the same
 * way, except that {@code prudent} and {@code bufferSize} have no effect.
 */
public final class RotatedFileAppender extends RollingFileAppender<ILoggingEvent> {

    /** Whether the file refused a part of the present line. */
    @GuardedBy("streamWriteLock")
    private boolean refused;

    private final Opener opener;

    /** Opens a file for writing. */
    @FunctionalInterface
    interface Opener {
        OutputStream open(File file, boolean append) throws IOException;
    }

    /** Creates an appender that is to be configured: called by Logback. */
    public RotatedFileAppender() {
        this(FileOutputStream::new);
    }

    /** With another output, for tests. */
    RotatedFileAppender(Opener opener) {
        this.opener = opener;
    }

    /**
     * Opens a file in place of the present one.
     *
     * @param name the path of the file
     * @throws IOException if the file cannot be opened
     */
    @Override
    public void openFile(String name) throws IOException {
        File file = new File(name);
        if (!FileUtil.createMissingParentDirectories(file)) {
            addError("Failed to create parent directories for [" + file.getAbsolutePath() + "]");
        }
        setOutputStream(new Output(opener.open(file, append)));
    }

    /** Counts lines of an appender whose file could not be opened. */
    @Override
    public void doAppend(ILoggingEvent line) {
        if (!isStarted()) {
            DroppedLines.addOne(line.getLoggerName());
        }
        super.doAppend(line);
    }

    @Override
    protected void writeOut(ILoggingEvent line) throws IOException {
        streamWriteLock.lock();
        try {
            refused = false;
            super.writeOut(line);
            if (refused) {
                DroppedLines.addOne(line.getLoggerName());
            }
        } finally {
            streamWriteLock.unlock();
        }
    }

    /** Notes failures and does not throw them: Logback would stop the appender. */
    private final class Output extends FilterOutputStream {

        private Output(OutputStream file) {
            super(file);
        }

        @Override
        @SuppressWarnings("GuardedBy") // writeOut() holds the lock
        public void write(byte[] bytes, int offset, int length) {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) { // not logged: the log is what fails
                refused = true;
            }
        }
    }
}
