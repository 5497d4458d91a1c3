package io.apexproxy.source.dns;

import java.io.IOException;
import org.xbill.DNS.Name;

/**
 * Confirms that a name does not exist. A server whose zone is being changed or restored can deny a name for a moment,
 * so only several answers in a row count.
 */
final class MissingName {

    private static final int ANSWERS = 3;

    private int inRow;

    /** Records a look-up. Throws for the first answers that the name does not exist. */
    void check(Name name, Response response) throws IOException {
        if (response.kind() != Response.Kind.NO_NAME) {
            inRow = 0;
        } else if (++inRow < ANSWERS) {
            throw new IOException(
                    name + ": no such name (NXDOMAIN), " + inRow + " of " + ANSWERS + " answers in a row");
        }
    }
}
