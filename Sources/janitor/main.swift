// SPDX-License-Identifier: Apache-2.0

import JanitorCommands

JanitorMain.main()
