/** Passages to play with, a question for each set. */
export const samples = {
  english: {
    query: "how do I stop my sourdough from going flat",
    documents: `Keep the starter in a tall jar, feed it at the same hour every day, and mark its height with a rubber band.

A loaf spreads and goes flat when the dough has proofed for too long: press it with a finger, and bake as soon as the dent comes back slowly.

Store bread cut side down on a wooden board. Plastic keeps the crumb soft and ruins the crust.

Rye flour absorbs more water than wheat, so a rye sourdough feels wet and cannot be shaped like a wheat loaf.

To keep a sourdough from flattening, build strength early: four rounds of stretching and folding, half an hour apart, then a tight final shaping.

The oven must be hot before the loaf goes in. A heavy pot with a lid holds the steam that lets the crust stretch.`,
  },
  hebrew: {
    query: "איך מונעים מהלחם לצנוח באפייה",
    documents: `את המחמצת שומרים בצנצנת גבוהה, מאכילים באותה שעה בכל יום ומסמנים את הגובה בגומייה.

כיכר לחם צונחת כשהבצק תפח זמן רב מדי: לוחצים באצבע, ואופים ברגע שהשקע חוזר לאט.

לחם שומרים על קרש עץ כשהצד החתוך כלפי מטה. ניילון שומר על הפנים רכים והורס את הקרום.

קמח שיפון סופג יותר מים מקמח חיטה, ולכן בצק שיפון מרגיש רטוב ואי אפשר לעצב אותו באותה דרך.

כדי שהלחם לא יצנח באפייה מחזקים את הבצק מוקדם: ארבעה סבבים של מתיחה וקיפול, חצי שעה בין סבב לסבב, ובסוף עיצוב הדוק.

התנור חייב להיות חם לפני שהכיכר נכנסת. סיר כבד עם מכסה שומר את האדים שמאפשרים לקרום להימתח.`,
  },
};
