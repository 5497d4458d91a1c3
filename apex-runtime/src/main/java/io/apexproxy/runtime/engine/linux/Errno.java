package io.apexproxy.runtime.engine.linux;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.util.Map;

/**
 * The error numbers of Linux on x86-64 and aarch64, and their exceptions. Types and texts are those of the JDK's
 * channels, so that code that examines them works with each engine.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/errno.3.html">errno(3)</a>
 */
public final class Errno {
    public static final int EINTR = 4;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EMFILE = 24;
    public static final int EPROTO = 71;
    public static final int EAFNOSUPPORT = 97;
    public static final int EADDRINUSE = 98;
    public static final int EADDRNOTAVAIL = 99;
    public static final int ECONNABORTED = 103;
    public static final int ECONNRESET = 104;
    public static final int ENOTCONN = 107;
    public static final int ETIMEDOUT = 110;
    public static final int ECONNREFUSED = 111;
    public static final int EHOSTUNREACH = 113;
    public static final int EINPROGRESS = 115;
    public static final int EBUSY = 16;
    public static final int ETIME = 62;
    public static final int ENOBUFS = 105;
    public static final int ECANCELED = 125;

    /** The texts of the C library in the locale C. */
    private static final Map<Integer, String> TEXTS = Map.ofEntries(Map.entry(1, "Operation not permitted"),
            Map.entry(2, "No such file or directory"), Map.entry(5, "Input/output error"),
            Map.entry(9, "Bad file descriptor"), Map.entry(EAGAIN, "Resource temporarily unavailable"),
            Map.entry(ENOMEM, "Cannot allocate memory"), Map.entry(EACCES, "Permission denied"),
            Map.entry(14, "Bad address"), Map.entry(20, "Not a directory"), Map.entry(22, "Invalid argument"),
            Map.entry(23, "Too many open files in system"), Map.entry(EMFILE, "Too many open files"),
            Map.entry(28, "No space left on device"), Map.entry(30, "Read-only file system"),
            Map.entry(32, "Broken pipe"), Map.entry(36, "File name too long"),
            Map.entry(38, "Function not implemented"), Map.entry(40, "Too many levels of symbolic links"),
            Map.entry(EPROTO, "Protocol error"), Map.entry(88, "Socket operation on non-socket"),
            Map.entry(92, "Protocol not available"), Map.entry(94, "Socket type not supported"),
            Map.entry(95, "Operation not supported"),
            Map.entry(EAFNOSUPPORT, "Address family not supported by protocol"),
            Map.entry(EADDRINUSE, "Address already in use"),
            Map.entry(EADDRNOTAVAIL, "Cannot assign requested address"), Map.entry(100, "Network is down"),
            Map.entry(101, "Network is unreachable"), Map.entry(ECONNABORTED, "Software caused connection abort"),
            Map.entry(ECONNRESET, "Connection reset by peer"), Map.entry(105, "No buffer space available"),
            Map.entry(106, "Transport endpoint is already connected"),
            Map.entry(ENOTCONN, "Transport endpoint is not connected"), Map.entry(ETIMEDOUT, "Connection timed out"),
            Map.entry(ECONNREFUSED, "Connection refused"), Map.entry(112, "Host is down"),
            Map.entry(EHOSTUNREACH, "No route to host"), Map.entry(114, "Operation already in progress"),
            Map.entry(EINPROGRESS, "Operation now in progress"));

    private Errno() {
    }

    /** Returns the text of an error number. */
    public static String text(int errno) {
        return TEXTS.getOrDefault(errno, "error " + errno);
    }

    /** Returns the exception of a call that creates, binds, connects or configures a socket. */
    public static IOException socketFailure(int errno) {
        String text = text(errno);
        return switch (errno) {
            case EPROTO -> new ProtocolException(text);
            case ECONNREFUSED, ETIMEDOUT, ENOTCONN -> new ConnectException(text);
            case EHOSTUNREACH -> new NoRouteToHostException(text);
            case EADDRINUSE, EADDRNOTAVAIL, EACCES -> new BindException(text);
            default -> new SocketException(text);
        };
    }

    /** Returns the exception of a failed read. */
    public static IOException readFailure(int errno) {
        return errno == ECONNRESET ? new SocketException("Connection reset") : new IOException(text(errno));
    }

    /** Returns the exception of another failed call. */
    public static IOException failure(int errno) {
        return new IOException(text(errno));
    }
}
