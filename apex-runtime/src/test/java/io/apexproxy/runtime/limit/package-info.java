/** Tests of what follows from the limits of the process. */
package io.apexproxy.runtime.limit;
