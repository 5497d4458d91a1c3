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
 * An appender that writes to standard output and counts the lines that fail, for example because of a full disk.
 *
 * <p>Logback's ConsoleAppender writes through {@link System#out}, which hides failures. Its stop method also waits for
 * a blocked write, so that the process cannot exit while the reader of its output is stopped.
 */
public final class StandardOutputAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {

    private static final OutputStream STANDARD_OUTPUT = new FileOutputStream(FileDescriptor.out);
    /** Shared by all appenders, because a long line takes several system calls. */
    private static final ReentrantLock WRITING = new ReentrantLock();

    private final OutputStream output;
    private Encoder<ILoggingEvent> encoder;

    /** Creates an appender without a configuration. Called by Logback. */
    public StandardOutputAppender() {
        this(STANDARD_OUTPUT);
    }

    /** Creates an appender with another output, for tests. */
    StandardOutputAppender(OutputStream output) {
        this.output = output;
    }

    /**
     * Returns the encoder of lines.
     *
     * @return the encoder; null before it is set
     */
    public Encoder<ILoggingEvent> getEncoder() {
        return encoder;
    }

    /**
     * Sets the encoder of lines. Called by Logback.
     *
     * @param encoder a started encoder
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
        } catch (IOException e) { // not logged, because the log itself fails
            DroppedLines.addOne(line.getLoggerName());
        } finally {
            WRITING.unlock();
        }
    }
}
