/** Tests of the addresses: which are valid, and the text of each. */
package io.apexproxy.runtime.config.address;
