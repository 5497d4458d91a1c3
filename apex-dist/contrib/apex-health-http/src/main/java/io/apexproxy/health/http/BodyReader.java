package io.apexproxy.health.http;

/**
 * Reads the body of an answer byte by byte, removes the framing of its chunks and looks for a text in it.
 *
 * <p>Pure: no channel and no clock. Accepts LF and CRLF as line ends. Bytes that are not the expected framing end the
 * body, because what follows them cannot be understood.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-7.1">RFC 9112, chunked transfer coding</a>
 */
final class BodyReader {

    /** The sizes of chunks have at most this many digits here; greater ones are no chunks. */
    private static final int MAX_SIZE_DIGITS = 15;
    private static final int HEX = 16;

    /** Where the next byte of the body belongs. */
    private enum State { SIZE, EXTENSION, CHUNK, CHUNK_END, DATA, COMPLETE }

    private final TextSearch search;
    private final Excerpt excerpt = Excerpt.forMessage();
    private State state;
    /** Bytes of the body or of the chunk that are to come; while a size is read, the size so far. */
    private long left;
    private int digits;
    private boolean found;

    private BodyReader(State state, long left, String text) {
        this.search = new TextSearch(text);
        this.state = state;
        this.left = left;
    }

    /** Creates a reader of a body in chunks. */
    static BodyReader ofChunks(String text) {
        return new BodyReader(State.SIZE, 0, text);
    }

    /** Creates a reader of a body with a known length, in bytes; it may be zero. */
    static BodyReader ofLength(long length, String text) {
        return new BodyReader(length == 0 ? State.COMPLETE : State.DATA, length, text);
    }

    /** Creates a reader of a body that ends with the connection. */
    static BodyReader untilClose(String text) {
        return new BodyReader(State.DATA, Long.MAX_VALUE, text);
    }

    /** Takes the next byte. */
    void add(byte next) {
        switch (state) {
            case SIZE -> size(next);
            case EXTENSION -> extension(next);
            case CHUNK -> {
                content(next);
                state = left == 0 ? State.CHUNK_END : State.CHUNK;
            }
            case CHUNK_END -> chunkEnd(next);
            case DATA -> {
                content(next);
                state = left == 0 ? State.COMPLETE : State.DATA;
            }
            default -> { } // after the end of the body
        }
    }

    private void size(byte next) {
        int digit = Character.digit((char) (next & 0xff), HEX);
        if (digit >= 0 && digits < MAX_SIZE_DIGITS) {
            left = left * HEX + digit;
            digits++;
        } else if (digit >= 0 || digits == 0) {
            state = State.COMPLETE;
        } else {
            state = State.EXTENSION;
            extension(next);
        }
    }

    private void extension(byte next) {
        if (next == '\n') {
            state = left == 0 ? State.COMPLETE : State.CHUNK; // the last chunk has no content
        }
    }

    private void chunkEnd(byte next) {
        if (next == '\n') {
            state = State.SIZE;
            digits = 0;
        } else if (next != '\r') {
            state = State.COMPLETE;
        }
    }

    private void content(byte next) {
        left--;
        excerpt.add(next);
        found = search.add(next);
    }

    /** Whether the text has been found. */
    boolean isFound() {
        return found;
    }

    /** Whether nothing more belongs to the body. */
    boolean isComplete() {
        return state == State.COMPLETE;
    }

    /** Returns the beginning of the body, for a message. */
    String shown() {
        return excerpt.shown();
    }
}
