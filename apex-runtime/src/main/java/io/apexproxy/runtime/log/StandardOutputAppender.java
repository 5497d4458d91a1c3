package io.apexproxy.runtime.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.encoder.Encoder;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes lines to standard output and counts those that the output refuses, as a closed pipe or a full disk does.
 *
 * <p>Logback's ConsoleAppender writes through {@link System#out}, which hides failures. It also waits for a blocked
 * write when it is stopped, so that the process cannot end while the reader of its output is stopped.
 */
public final class StandardOutputAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {

    private static final OutputStream STANDARD_OUTPUT = new FileOutputStream(FileDescriptor.out);
    /** Shared by all appenders, because a long line takes several system calls. */
    private static final ReentrantLock WRITING = new ReentrantLock();

    private final OutputStream output;
    private Encoder<ILoggingEvent> encoder;

    /** Creates an appender that is to be configured: called by Logback. */
    public StandardOutputAppender() {
        this(STANDARD_OUTPUT);
    }

    /** With another output, for tests. */
    StandardOutputAppender(OutputStream output) {
        this.output = output;
    }

    /**
     * Returns what makes bytes of a line.
     *
     * @return the encoder; null before it is set
     */
    public Encoder<ILoggingEvent> getEncoder() {
        return encoder;
    }

    /**
     * Sets what makes bytes of a line: called by Logback.
     *
     * @param encoder the encoder, which is started
     */
    public void setEncoder(Encoder<ILoggingEvent> encoder) {
        this.encoder = encoder;
    }

    @Override
    public void start() {
        if (encoder == null) {
            addError("no encoder is set for the appender " + getName());
        } else {
            super.start();
        }
    }

    @Override
    protected void append(ILoggingEvent line) {
        byte[] bytes = encoder.encode(line);
        WRITING.lock();
        try {
            output.write(bytes);
        } catch (IOException e) { // not logged: the log is what fails
            DroppedLines.addOne(line.getLoggerName());
        } finally {
            WRITING.unlock();
        }
    }
}
