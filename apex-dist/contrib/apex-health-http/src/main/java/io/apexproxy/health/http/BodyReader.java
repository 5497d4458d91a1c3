package io.apexproxy.health.http;

/**
 * Incremental reader of a response body that removes chunk framing and searches for a text.
 *
 * <p>Pure: no channel and no clock. Lines end with LF or CRLF. Invalid framing ends the body, because the position of
 * the next chunk is then unknown.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-7.1">RFC 9112, chunked transfer coding</a>
 */
final class BodyReader {

    /** The maximum number of digits of a chunk size; a longer size is invalid. */
    private static final int MAX_SIZE_DIGITS = 15;
    private static final int HEX = 16;

    /** The part of the body to which the next byte belongs. */
    private enum State {
        SIZE, EXTENSION, CHUNK, CHUNK_END, DATA, COMPLETE
    }

    private final TextSearch search;
    private final Excerpt excerpt = Excerpt.forMessage();
    private State state;
    /** The remaining bytes of the body or chunk; while a chunk size is read, its value so far. */
    private long remaining;
    private int digits;
    private boolean found;

    private BodyReader(State state, long remaining, String text) {
        this.search = new TextSearch(text);
        this.state = state;
        this.remaining = remaining;
    }

    /** Creates a reader of a chunked body. */
    static BodyReader ofChunks(String text) {
        return new BodyReader(State.SIZE, 0, text);
    }

    /** Creates a reader of a body with a known length in bytes, possibly zero. */
    static BodyReader ofLength(long length, String text) {
        return new BodyReader(length == 0 ? State.COMPLETE : State.DATA, length, text);
    }

    /** Creates a reader of a body that ends with the connection. */
    static BodyReader untilClose(String text) {
        return new BodyReader(State.DATA, Long.MAX_VALUE, text);
    }

    /** Processes the next byte. */
    void add(byte next) {
        switch (state) {
            case SIZE -> size(next);
            case EXTENSION -> extension(next);
            case CHUNK -> {
                content(next);
                state = remaining == 0 ? State.CHUNK_END : State.CHUNK;
            }
            case CHUNK_END -> chunkEnd(next);
            case DATA -> {
                content(next);
                state = remaining == 0 ? State.COMPLETE : State.DATA;
            }
            default -> {} // after the end of the body
        }
    }

    private void size(byte next) {
        int digit = Character.digit((char) (next & 0xff), HEX);
        if (digit >= 0 && digits < MAX_SIZE_DIGITS) {
            remaining = remaining * HEX + digit;
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
            state = remaining == 0 ? State.COMPLETE : State.CHUNK; // the last chunk has no content
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
        remaining--;
        excerpt.add(next);
        found = search.add(next);
    }

    /** Returns whether the text has been found. */
    boolean isFound() {
        return found;
    }

    /** Returns whether the body has ended. */
    boolean isComplete() {
        return state == State.COMPLETE;
    }

    /** Returns the start of the body, for a message. */
    String shown() {
        return excerpt.shown();
    }
}
